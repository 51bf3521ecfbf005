// Where Knative's own errands end, beside the paths of every server.

/** What takes the events that were given up. */
export const deadLetterPath = "/.faasade/dead-letters";
