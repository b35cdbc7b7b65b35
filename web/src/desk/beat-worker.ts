/** A timer of its own thread: browsers slow the timers of a page in the background, and a silent desk is sent away. */
const beatMs = 5000;
setInterval(() => postMessage('beat'), beatMs);
