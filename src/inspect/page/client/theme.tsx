import { useEffect, useState } from "preact/hooks";

type Scheme = "light" | "dark";

/** A button that turns light into dark and back. At first it is as the system has it. */
export function ThemeButton() {
  const [scheme, setScheme] = useState<Scheme>(() =>
    matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  );
  useEffect(() => {
    document.documentElement.style.colorScheme = scheme;
  }, [scheme]);
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      class="theme"
      aria-label={`Show in ${other} colours`}
      onClick={() => setScheme(other)}
    >
      {scheme === "dark" ? "☀" : "☾"}
    </button>
  );
}
