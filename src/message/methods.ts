/** The method that only transfers value. */
export const METHOD_SEND = 0;
export const METHOD_CONSTRUCTOR = 1;
