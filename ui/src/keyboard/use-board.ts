import { useSyncExternalStore } from "react";
import { type Board, currentBoard, subscribe } from "./store";

export function useBoard(): Board {
  return useSyncExternalStore(subscribe, currentBoard);
}
