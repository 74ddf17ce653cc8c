/** The look of the chat, in layers. It all lives in adopted stylesheets: no page's policy is asked for an exception. */

import { base } from "./base";
import { composer } from "./composer";
import { log } from "./log";
import { offers } from "./offers";
import { panel } from "./panel";

export const look = [base, panel, log, offers, composer];
