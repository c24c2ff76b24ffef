/** The page, with its tables as they are to be. */
export function configurationPage(): string;
