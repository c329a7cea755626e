import type { components } from "../api/schema.gen";

type Schemas = components["schemas"];

export type ActivityEntry = Schemas["ActivityEntryModel"];
export type AttributeChange = Schemas["AttributeChangeModel"];
export type ChangeKind = Schemas["ChangeKind"];
export type Actor = Schemas["ActorModel"];
