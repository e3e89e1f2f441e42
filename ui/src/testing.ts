/** What every unit test begins with: nothing of the test before is left in the page. */
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);
