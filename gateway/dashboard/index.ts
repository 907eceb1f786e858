export { pageFiles } from './files.ts'
