/** The column of labels at the left, in which figures and the sparkline stand in line. */
export const LABEL_WIDTH = 14
