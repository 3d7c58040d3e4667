// How verification words what it finds wrong.

export const NOT_MASQUERADED = /not masqueraded/
export const OTHER_SOURCE = /instead of the client's own/
export const SILENT = /nothing came back/
export const REFUSED = /it was refused/
export const ANSWERED = /answered/
export const STRANGE = /not one of the expected backends/
export const STRAY = /nobody listens/
export const UNFAITHFUL = /in spite of session affinity/
