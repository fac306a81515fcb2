/**
 * Media types by file name.
 *
 * Source: nextmove-api 2.9; dpi 1.10.
 */
const openXml = "application/vnd.openxmlformats-officedocument"
const openDocument = "application/vnd.oasis.opendocument"

const byExtension: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  html: "text/html",
  txt: "text/plain",
  xml: "text/xml",
  doc: "application/msword",
  docx: `${openXml}.wordprocessingml.document`,
  xls: "application/vnd.ms-excel",
  xlsx: `${openXml}.spreadsheetml.sheet`,
  xltx: `${openXml}.spreadsheetml.template`,
  ppt: "application/vnd.ms-powerpoint",
  pptx: `${openXml}.presentationml.presentation`,
  odf: `${openDocument}.formula`,
  odt: `${openDocument}.text`,
  fods: `${openDocument}.spreadsheet`,
  fodp: `${openDocument}.presentation`,
  fodg: `${openDocument}.graphics`,
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  zip: "application/octet-stream"
}

/** What peers take a file without a known extension for. */
const fallback = "application/pdf"

const saysNothing = (mimeType: string): boolean => mimeType === "" || mimeType.toLowerCase() === "application/octet-stream"

/** The media type a client gave, parameters and all; where it says nothing, the one the file name's extension stands for. */
export const mimeTypeOf = (filename: string, given: string | undefined): string => {
  const mimeType = (given ?? "").trim()
  if (!saysNothing(mimeType)) return mimeType
  const extension = filename.slice(filename.lastIndexOf(".") + 1).toLowerCase()
  return filename.includes(".") && Object.hasOwn(byExtension, extension) ? byExtension[extension]! : fallback
}
