export { type PeopleListener, peopleListener } from './people-listener.ts';
