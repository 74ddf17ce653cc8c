/** The desk's script: htmx with its two extensions, and what no attribute can say. */
import "./htmx";
import "htmx-ext-sse";
import "idiomorph/htmx";
import "./look/base.css";
import "./look/queue.css";
import "./look/conversation.css";
import "./since";
