/**
 * Tells bytes that deflate makes smaller from those it does not.
 */

/** Formats that are compressed already. */
const packed =
  /^(application\/(pdf|zip|gzip|x-7z-compressed|vnd\.(openxmlformats-officedocument|oasis\.opendocument)\..+)|image\/(jpe?g|jpg|png|gif|webp|heic)|audio\/(mpeg|mp4|ogg)|video\/.+)(;|$)/

const sampleBytes = 16 * 1024

/** Above this, in bits a byte, deflate gains too little to be worth its time. */
const dense = 7.2

const entropy = (sample: Uint8Array) => {
  const counts = new Uint32Array(256)
  for (const octet of sample) counts[octet]!++
  let bits = 0
  for (const count of counts) if (count > 0) bits -= count * Math.log2(count / sample.length)
  return bits / sample.length
}

/** Judged by the media type, and by the first bytes where that says nothing. */
export const isWorthDeflating = (mimeType: string, start: Uint8Array): boolean =>
  !packed.test(mimeType) && start.length >= 64 && entropy(start.subarray(0, sampleBytes)) < dense
