/** JSON whose keys stand bare, so that they may be made short as all others. */
export const literal = (value: unknown): string => JSON.stringify(value).replace(/"([A-Za-z_]\w*)":/g, '$1:')
