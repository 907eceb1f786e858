/** A page of labels; all in millimetres. */
export type Layout = {
  readonly page: readonly [width: number, height: number]
  readonly label: readonly [width: number, height: number]
  readonly columns: number
  readonly rows: number
  /** Left and top edge of the first label, from the left and top edge of the page. */
  readonly first: readonly [left: number, top: number]
  /** From one label to the next, across and down. */
  readonly pitch: readonly [across: number, down: number]
}

export const layouts = {
  /** 3 x 8 on A4 (ISO 216), as of Endisch 6406333x and Avery L7159. Measures: gLabels 3.4.1, endisch-templates.xml. */
  'a4-24': {
    page: [210, 297],
    label: [63.5, 33.9],
    columns: 3,
    rows: 8,
    first: [7.21, 12.9],
    pitch: [66.04, 33.9],
  },
  /** One to a page, for a label printer: Brother DK-1201, 29 x 90 mm. Measures: gLabels 3.4.1, brother-other-templates.xml. */
  single: { page: [90, 29], label: [90, 29], columns: 1, rows: 1, first: [0, 0], pitch: [90, 29] },
} as const satisfies Readonly<Record<string, Layout>>

export const perPage = ({ columns, rows }: Layout): number => columns * rows

/** Left and top edge of the label with this number on its page. */
export const placeOf = ({ first, pitch, columns }: Layout, index: number): readonly [left: number, top: number] => [
  first[0] + (index % columns) * pitch[0],
  first[1] + Math.floor(index / columns) * pitch[1],
]
