/** `GET session`. */
export interface Session {
  id: string;
  name: string;
  roles: string[];
  grids: string[];
}
