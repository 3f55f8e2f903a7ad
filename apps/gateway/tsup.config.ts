import { application } from "../../tsup.base.ts";

export default application(["src/index.ts"], { splitting: false });
