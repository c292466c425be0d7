// Asks the server again every so often, for as long as somebody is looking.
import { useEffect, useRef } from "react";

export function Pulse({ every, onPulse }) {
  const latest = useRef(onPulse);
  latest.current = onPulse;

  useEffect(() => {
    const beat = () => document.visibilityState === "visible" && latest.current?.();
    const timer = setInterval(beat, every);
    return () => clearInterval(timer);
  }, [every]);
  return null;
}
