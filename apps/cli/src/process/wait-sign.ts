const AFTER_MS = 200;

/**
 * Shows on a terminal that an answer is still waited for, from a moment on: most come before anybody would see the sign.
 * The function that comes of it takes it away. Nothing is shown to programs.
 */
export function waitSign(text: string): () => void {
  if (!process.stdout.isTTY || !process.stderr.isTTY || process.argv.includes("--json")) return () => {};
  let isOver = false;
  let hide = () => {};
  const show = async () => {
    const { default: spinner } = await import("yocto-spinner");
    if (isOver) return;
    const shown = spinner({ text }).start();
    hide = () => shown.stop();
  };
  const timer = setTimeout(() => void show(), AFTER_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
    hide();
  };
}
