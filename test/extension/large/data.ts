/* What workspace.ts makes and the suites expect. */

/** Files in the folder `many`. */
export const files = 5000;
/** Datasets `sets/<n>.csv`. */
export const sets = 50;
/** Files in `big`, each of so many bytes. */
export const bigFiles = 6;
export const bigBytes = 50 * 1024 * 1024;
