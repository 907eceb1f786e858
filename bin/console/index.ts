export type { Console } from './console.ts'
export { openConsole } from './console.ts'
export { dataOption, jsonOption, wholeNumber } from './options.ts'
export { interrupted } from './interrupt.ts'
