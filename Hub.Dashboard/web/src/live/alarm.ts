/** Two falling notes, three times a call, until someone answers or silences it. */
const notes: readonly [number, number][] = [[880, 0], [660, 0.22], [880, 0.6], [660, 0.82]];
const everyMs = 3_500;

export class AlarmSound {
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;

  /** Browsers let a page sound only after a person has touched it. */
  get allowed(): boolean {
    return this.context?.state === 'running';
  }

  async unlock(): Promise<boolean> {
    this.context ??= new AudioContext();
    if (this.context.state !== 'running') await this.context.resume();
    return this.allowed;
  }

  set(on: boolean): void {
    if (on === (this.timer !== null)) return;
    if (!on) {
      clearInterval(this.timer!);
      this.timer = null;
      return;
    }
    this.call();
    this.timer = setInterval(() => this.call(), everyMs);
  }

  private call(): void {
    const context = this.context;
    if (!context || context.state !== 'running') return;
    for (const [pitch, at] of notes) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const start = context.currentTime + at;
      tone.type = 'triangle';
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.35, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.22);
    }
  }
}
