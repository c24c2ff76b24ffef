/** @param expression SPDX. Throws if code under this licence cannot be part of what is published. */
export function checkLicence(name: string, expression: string | undefined): void;
