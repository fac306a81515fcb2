/** A one-page A4 letter as PDF 1.4, its text in one of the fonts every reader has. Lines are plain Latin-1. */
export const letter = (lines: ReadonlyArray<string>): Uint8Array => {
  const escaped = lines.map((line) => line.replace(/[\\()]/g, (character) => `\\${character}`))
  const text = `BT /F1 12 Tf 72 760 Td 16 TL ${escaped.map((line) => `(${line}) Tj T*`).join(" ")} ET`
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
  ].map((body, index) => `${index + 1} 0 obj\n${body}\nendobj\n`)
  const head = "%PDF-1.4\n"
  const offsets = objects.map((_, index) =>
    objects.slice(0, index).reduce((sum, object) => sum + object.length, head.length)
  )
  const start = offsets.at(-1)! + objects.at(-1)!.length
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")
  const tail =
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}` +
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(head + objects.join("") + tail, "latin1")
}
