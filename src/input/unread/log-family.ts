import { basename, dirname } from 'node:path'
import { isRotatedName } from '../siblings.ts'

const COMPRESSED = /\.(?:gz|zst|bz2|xz|lz4|Z)$/
/** `.1`, `-20261121`, `.old`, `~`. */
const TURN = /(?:[._~-]\d[\d._:TZ-]*|[._-](?:old|bak|backup|prev|previous|last|save|orig|copy|archived?|rotated)|~)$/i
/** As logrotate's `extension` puts a date before it. */
const DATE = /[._-]\d{4}-?\d\d-?\d\d[\d._T:Z-]*(?=\.[^.]*[^.\d][^.]*$)/

/** The name before any rotation. */
const unrotated = (name: string): string => {
  const shorter = name.replace(COMPRESSED, '').replace(TURN, '').replace(DATE, '')
  return shorter === name || shorter === '' ? name : unrotated(shorter)
}

/** Whether two paths may be the same log at different times, by their names: in one folder, or an archive in it. */
export const isSameFamily = (path: string, other: string): boolean => {
  if (path === other) return true
  const [folder, otherFolder] = [dirname(path), dirname(other)]
  if (!isWithin(folder, otherFolder) && !isWithin(otherFolder, folder)) return false
  const [name, otherName] = [basename(path), basename(other)]
  // Two logs of one name in two folders belong to two sites.
  if (name === otherName) return false
  return isRotation(path, other) || isRotation(other, path) || unrotated(name) === unrotated(otherName)
}

/** Whether the first is named as an older part of the second. */
export const isRotation = (path: string, of: string): boolean => isRotatedName(basename(path), basename(of))

const isWithin = (folder: string, outer: string): boolean => folder === outer || folder.startsWith(outer.endsWith('/') ? outer : `${outer}/`)
