import * as StoreContract from "@eformidling/port-store/StoreContract"
import * as MemoryStore from "./MemoryStore.ts"

StoreContract.suite("memory", MemoryStore.layer)
