// The last figures of a series, in memory that is taken once.

export class Ring {
  private readonly values: Float64Array;
  private count = 0;

  constructor(size: number) {
    this.values = new Float64Array(size);
  }

  push(value: number): void {
    this.values[this.count % this.values.length] = value;
    this.count += 1;
  }

  /** Oldest first. */
  list(): number[] {
    const size = this.values.length;
    if (this.count <= size) return [...this.values.subarray(0, this.count)];
    const oldest = this.count % size;
    return [...this.values.subarray(oldest), ...this.values.subarray(0, oldest)];
  }
}
