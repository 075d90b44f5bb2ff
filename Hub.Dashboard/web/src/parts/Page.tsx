import { Component } from 'react';
import type { ReactNode } from 'react';
import { Trouble } from './states';

export function Page({ title, lead, extra, children }: { title: string; lead?: ReactNode; extra?: ReactNode; children: ReactNode }) {
  return (
    <main className="page" id="main">
      <header className="page-head">
        <h1>{title}</h1>
        {lead ? <p>{lead}</p> : null}
        {extra ? <div style={{ marginLeft: 'auto' }}>{extra}</div> : null}
      </header>
      {children}
    </main>
  );
}

/** A page that fails to draw says so and leaves the rest standing. */
export class Guard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error ? <Trouble error={this.state.error} retry={() => this.setState({ error: null })} /> : this.props.children;
  }
}
