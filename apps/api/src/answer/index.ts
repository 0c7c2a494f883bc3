export {
  type PeopleListener,
  type PeopleListenerOptions,
  peopleListener,
} from './people-listener.ts';
