import type { Addresses } from "./Sandbox.ts"

/** What a newcomer needs to know once the sandbox is up. */
export const welcome = ({ eInnsyn, municipality, network }: Addresses, folder: string): string => {
  return `
Ready.

  910076787  the municipality  ${municipality}   try it at ${municipality}/swagger
  991825827  eInnsyn           ${eInnsyn}   try it at ${eInnsyn}/swagger
  mailboxes and print house    ${network}/mailboxes
  kept in                      ${folder}

Send a letter to a citizen with a digital mailbox:

  curl -sf ${municipality}/api/messages/out/multipart \\
    -F 'sbd={"standardBusinessDocumentHeader":{"headerVersion":"1.0",
      "receiver":[{"identifier":{"authority":"iso6523-actorid-upis","value":"06068700602"}}],
      "documentIdentification":{"standard":"urn:no:difi:digitalpost:xsd:digital::digital","typeVersion":"1.0","type":"digital"},
      "businessScope":{"scope":[{"type":"ConversationId","identifier":"urn:no:difi:profile:digitalpost:info:ver1.0"}]}},
      "digital":{"tittel":"Svar","spraak":"nb","sikkerhetsnivaa":3,"hoveddokument":"svar.txt",
      "digitalPostInfo":{"virkningsdato":"2026-01-02","aapningskvittering":true}}};type=application/json' \\
    -F 'Svar=Takk for henvendelsen.;filename=svar.txt;type=text/plain'

and see how far it has come:

  curl -sf ${municipality}/api/conversations

npm run demo, in another terminal, sends one of everything. Ctrl-C ends the sandbox.
`
}
