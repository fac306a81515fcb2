import { Schema } from "effect"

/** The channels eFormidling has names for; this program speaks DPI and DPE. Source: nextmove-api 0. */
export const ServiceIdentifier = Schema.Literals(["DPO", "DPV", "DPI", "DPF", "DPE", "DPH", "UNKNOWN"])
export type ServiceIdentifier = typeof ServiceIdentifier.Type
