export { connectReadPipe, connectWritePipe } from './connect-pipes.js';
