import * as StoreContract from "@eformidling/port-store/StoreContract"
import { sqlite } from "./internal/testStores.ts"

StoreContract.suite("SQLite", sqlite)
