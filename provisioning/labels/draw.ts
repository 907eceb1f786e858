import type { Color, PDFFont, PDFPage } from 'pdf-lib'
import type { Layout } from './layout.ts'
import { perPage, placeOf } from './layout.ts'

/** What stands on a label. `qr` is in the alphanumeric set of QR codes. */
export type Label = { readonly words: string; readonly kid: string; readonly qr: string; readonly name: string | null }
/** A square of modules, true where dark, row by row. */
export type Modules = { readonly size: number; isDark(row: number, column: number): boolean }
export type Libraries = { readonly pdf: typeof import('pdf-lib'); modulesOf(text: string): Modules }

type Inks = { readonly bold: PDFFont; readonly plain: PDFFont; readonly mono: PDFFont; readonly black: Color }
type Corner = { readonly left: number; readonly top: number }

/** Points of PDF (1/72 inch) in a millimetre. */
const pt = 72 / 25.4
const marginMm = 2.5
/** ISO/IEC 18004 section 6.3.8: four modules of nothing around the code. */
const quietModules = 4
const ellipsis = '...'

/** As much as fits in the width; letters that the font has not become a question mark. */
const fitted = (text: string, font: PDFFont, size: number, width: number): string => {
  const known = new Set(font.getCharacterSet())
  const shown = [...text].map((letter) => (known.has(letter.codePointAt(0) ?? 0) ? letter : '?'))
  const widthOf = (letters: readonly string[]): number => font.widthOfTextAtSize(letters.join(''), size)
  if (widthOf(shown) <= width) return shown.join('')
  while (shown.length > 1 && widthOf([...shown, ellipsis]) > width) shown.pop()
  return `${shown.join('')}${ellipsis}`
}

/** Dark runs of a row as one bar: no hair lines between modules when the page is printed. */
const drawCode = (page: PDFPage, modules: Modules, { left, top }: Corner, side: number, color: Color): void => {
  const module = side / (modules.size + 2 * quietModules)
  const path: string[] = []
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.isDark(row, column)) continue
      const start = column
      while (column + 1 < modules.size && modules.isDark(row, column + 1)) column++
      const [x, y] = [(start + quietModules) * module, (row + quietModules) * module]
      path.push(`M${x} ${y}h${(column + 1 - start) * module}v${module}h${-(column + 1 - start) * module}z`)
    }
  }
  page.drawSvgPath(path.join(''), { x: left, y: top, color })
}

const drawLabel = (
  page: PDFPage,
  label: Label,
  layout: Layout,
  { left, top }: Corner,
  inks: Inks,
  code: Modules,
): void => {
  const [width, height] = layout.label
  const side = (height - 2 * marginMm) * pt
  drawCode(page, code, { left: left + marginMm * pt, top: top - marginMm * pt }, side, inks.black)
  const x = left + marginMm * pt + side + pt
  const room = left + (width - marginMm) * pt - x
  let y = top - (marginMm + 5) * pt
  const line = (text: string, font: PDFFont, size: number, gap: number): void => {
    page.drawText(fitted(text, font, size, room), { x, y, font, size })
    y -= gap
  }
  for (const word of label.words.split('-')) line(word, inks.bold, 12, 13.5)
  y -= 3
  line(label.kid.replace(/(.{4})(?=.)/g, '$1 '), inks.mono, 7, 10)
  if (label.name !== null) line(label.name, inks.plain, 8, 10)
}

/** A PDF of labels in this layout. Vector graphics and the standard inks of PDF: small, and sharp on every printer. */
export const drawLabels = async (
  labels: readonly Label[],
  layout: Layout,
  { pdf, modulesOf }: Libraries,
): Promise<Uint8Array> => {
  const document = await pdf.PDFDocument.create()
  document.setTitle('hexfix device labels')
  const inks: Inks = {
    bold: await document.embedFont(pdf.StandardFonts.HelveticaBold),
    plain: await document.embedFont(pdf.StandardFonts.Helvetica),
    mono: await document.embedFont(pdf.StandardFonts.Courier),
    black: pdf.rgb(0, 0, 0),
  }
  const [pageWidth, pageHeight] = layout.page
  let page: PDFPage | null = null
  labels.forEach((label, index) => {
    const onPage = index % perPage(layout)
    if (page === null || onPage === 0) page = document.addPage([pageWidth * pt, pageHeight * pt])
    const [left, top] = placeOf(layout, onPage)
    drawLabel(page, label, layout, { left: left * pt, top: (pageHeight - top) * pt }, inks, modulesOf(label.qr))
  })
  return document.save()
}
