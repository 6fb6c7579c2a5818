/** The console's page: shows, asks and redrives; decides nothing. */
import { render } from 'preact';
import { Shell } from './shell.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element #app');
root.replaceChildren();
render(<Shell />, root);
