import { clear } from "./sheet";

export default clear;
