/** The desk's script: htmx with its two extensions, and what no attribute can say. */
import "./htmx";
import "htmx-ext-sse";
import "idiomorph/htmx";
import "./look/base.css";
import "./look/queue.css";
import "./look/conversation.css";
import "./look/panel.css";
import "./look/leads.css";
import "./copy";
import "./places";
import "./since";
import "./stays_open";
import "./faults";
import "./keys";
import "./log";
import "./composer";
import "./queue";
