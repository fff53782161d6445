// The templates of this page: htm over Preact's h, without a compiler for them.
import htm from "htm";
import { h, type VNode } from "preact";

export const html = htm.bind(h) as unknown as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;
