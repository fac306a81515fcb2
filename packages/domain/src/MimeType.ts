import * as FileName from "./FileName.ts"

/** Source: dpi 1.10, nextmove-api 2.9; `jpg` is added. */
const byExtension: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  html: "text/html",
  txt: "text/plain",
  xml: "text/xml",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xltx: "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odf: "application/vnd.oasis.opendocument.formula",
  odt: "application/vnd.oasis.opendocument.text",
  fods: "application/vnd.oasis.opendocument.spreadsheet",
  fodp: "application/vnd.oasis.opendocument.presentation",
  fodg: "application/vnd.oasis.opendocument.graphics",
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  zip: "application/octet-stream"
}

/** What a name with an unknown extension, or none, is taken for. */
const fallback = "application/pdf"

/** The media type a document is sent with: the one given, unless it says nothing, else by the name's extension. */
export const of = (given: string | undefined, filename: string): string => {
  const type = given?.trim() ?? ""
  const [essence = ""] = type.split(";")
  if (type !== "" && essence.trim().toLowerCase() !== "application/octet-stream") return type
  const extension = FileName.extension(filename)
  return Object.hasOwn(byExtension, extension) ? byExtension[extension]! : fallback
}
