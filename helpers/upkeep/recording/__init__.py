"""Record the lessons' replies from a real API: `python -m helpers record [LESSON ...]`.

The lessons and their solutions run as they are; their requests go to a proxy on this computer. A
request whose reply may be recorded is sent on to the real API and what comes back is written into
the lesson's file of replies. Then, and for every other request, the mock answers. So

- a notebook sees what it will see when it runs offline, ids and all, and never the key;
- what is not recorded (files, pictures drawn, costs, errors) costs nothing and tells nothing;
- when the limit is reached, the lessons run on to their end with the replies they have.

A reply is asked for whole: limits and stop marks are left to the mock, which cuts it. Of a JSON
reply the values are kept, not the blanks. How long a model thought is not recorded, because an
entry answers for every effort. `store` is false: nothing is kept in the account.

The estimate is a recording, too, with the mock as its real end.

vcrpy 9.4.2, which knows httpx2, was considered. It patches the client's process, here a kernel for
each notebook, and keeps raw exchanges that match one request; what is needed is a reply for a
prompt, a limit in dollars and an answer to the rest. A proxy that the SDK is pointed at does that
without a line in a notebook and without a new dependency.
"""
