const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  "a text that begins on the next line";

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  aNameThatIsRatherLongForAnyLineToHold.someNameOfMediumLength.x;

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse = 1234567890123456;

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse = `a template stays ${behind} the sign`;

const value = [
  aNameThatIsRatherLongForAnyLineToHold,
  aNameThatIsRatherLongForAnyLineToHold,
  someNameOfMediumLength,
];

const value = [
  100000, 100001, 100002, 100003, 100004, 100005, 100006, 100007, 100008,
  100009, 100010, 100011, 100012, 100013, 100014, 100015, 100016, 100017,
  100018, 100019, 100020, 100021, 100022, 100023, 100024, 100025, 100026,
  100027, 100028, 100029,
];

const value = [
  { a: 1, b: 2 },
  { a: 3, b: 4 },
];

const value = [[1], [2, 3]];

const value = {
  a: "aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElseaNameThatIsRatherLongForAnyLineToHold",
  someNameOfMediumLength:
    "aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElseaNameThatIsRatherLongForAnyLineToHold",
  "x-y": [],
  z: {},
};

const value = {
  a: 1,
};

const value = {
  aNameThatIsRatherLongForAnyLineToHold: aNameThatIsRatherLongForAnyLineToHold,
  someNameOfMediumLength: aNameThatIsRatherLongForAnyLineToHold,
} as const;

const value =
  aNameThatIsRatherLongForAnyLineToHold &&
  aNameThatIsRatherLongForAnyLineToHold &&
  someNameOfMediumLength;

const value = someNameOfMediumLength ?? {
  aNameThatIsRatherLongForAnyLineToHold: aNameThatIsRatherLongForAnyLineToHold,
  someNameOfMediumLength: 1,
};

const value = (a && b) || !(c + d);

const value = (a + b) * (c % d);

const value =
  aNameThatIsRatherLongForAnyLineToHold === someNameOfMediumLength
    ? aNameThatIsRatherLongForAnyLineToHold
    : someNameOfMediumLength;

const value = a
  ? aNameThatIsRatherLongForAnyLineToHold
  : b
    ? aNameThatIsRatherLongForAnyLineToHold
    : someNameOfMediumLength;

const value = (a as A).b;

const value =
  aNameThatIsRatherLongForAnyLineToHold![
    aNameThatIsRatherLongForAnyLineToHold + someNameOfMediumLength
  ];

const value = make(
  aNameThatIsRatherLongForAnyLineToHold,
  aNameThatIsRatherLongForAnyLineToHold,
  someNameOfMediumLength,
);

const value = make(aNameThatIsRatherLongForAnyLineToHold, {
  aNameThatIsRatherLongForAnyLineToHold: aNameThatIsRatherLongForAnyLineToHold,
});

const value = make((one, other) =>
  other(aNameThatIsRatherLongForAnyLineToHold, someNameOfMediumLength),
);

const value = make((one) => {
  return;
}, 500);

const value = make(
  () => a,
  () => b,
);

const value = effect(() => {}, [a, b]);

const value = make((one: { a: A }) => {
  return;
}, 500);

const value = make((one) => {
  return;
}, a as A<B>[]);

const value = make((one) => {
  return;
}, a + b);

const value = make(
  (someNameOfMediumLength, aNameThatIsRatherLongForAnyLineToHold) => {
    return;
  },
  new A(someNameOfMediumLength, aNameThatIsRatherLongForAnyLineToHold),
);

const value = make(
  (someNameOfMediumLength, aNameThatIsRatherLongForAnyLineToHold) => {
    return;
  },
  someNameOfMediumLength,
);

const value = make(
  (): {
    /** said */
    a: A;
  } => {
    return;
  },
);

const value = make(() => [1, 2], {
  a: {},
});

const value = make(
  {
    a: 1,
  },
  last,
);

const value = make(
  {
    a: 1,
  },
  () => {
    return;
  },
);

const value = make(
  someNameOfMediumLength,
  other(() => a),
);

const value = effect(a, () => {
  return;
}, []);

const value = first(`a${b}`).second(a).third(b).fourth(c);

const value = first({ a: [1] })
  .second(a)
  .third(b)
  .fourth(c);

const value = first(new A(null)).second(a).third(b).fourth(c);

const value = first(a[0]).second(a).third(b).fourth(c);

const value = first(!a).second(a).third(b).fourth(c);

const value = first(...a)
  .second(a)
  .third(b)
  .fourth(c);

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make(`a b`);

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make(!a);

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make(now());

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make("a");

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make(null);

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make<{}>();

const aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse =
  someNameOfMediumLength.make<A>();

const value = new some.Class<A, B>(
  aNameThatIsRatherLongForAnyLineToHold,
  aNameThatIsRatherLongForAnyLineToHold,
);

const value = this.where((t) => t.name)
  .sort((t) => t.name)
  .limit((t) => t.name)
  .include((t) => t.name);

await client
  .someNameOfMediumLength()
  .aNameThatIsRatherLongForAnyLineToHold()
  .someNameOfMediumLength("someNameOfMediumLength");

const value = (await someNameOfMediumLength(someNameOfMediumLength))?.items;

function run(
  someNameOfMediumLength?: string,
  aNameThatIsRatherLongForAnyLineToHold?: string,
  c?: string,
): Promise<void> {}

function run(options: {
  someNameOfMediumLength: aNameThatIsRatherLongForAnyLineToHold;
  aNameThatIsRatherLongForAnyLineToHold: someNameOfMediumLength;
}) {}

function run(someNameOfMediumLength): {
  someNameOfMediumLength: aNameThatIsRatherLongForAnyLineToHold;
  aNameThatIsRatherLongForAnyLineToHold: someNameOfMediumLength;
} {}

function run<
  T extends aNameThatIsRatherLongForAnyLineToHold =
    aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse,
>(...rest: A[]) {}

const value = (
  someNameOfMediumLength?: string,
  aNameThatIsRatherLongForAnyLineToHold?: string,
  c?: string,
) => ({
  aNameThatIsRatherLongForAnyLineToHold: aNameThatIsRatherLongForAnyLineToHold,
  someNameOfMediumLength: a,
});

const value = (a) =>
  aNameThatIsRatherLongForAnyLineToHold +
  aNameThatIsRatherLongForAnyLineToHold +
  someNameOfMediumLength;

const value = (a) =>
  aNameThatIsRatherLongForAnyLineToHold
    ? aNameThatIsRatherLongForAnyLineToHold
    : someNameOfMediumLength;

const value: () => () => A | B = () => ({});

type A =
  | aNameThatIsRatherLongForAnyLineToHold
  | aNameThatIsRatherLongForAnyLineToHold
  | someNameOfMediumLength;

type A = readonly (
  | aNameThatIsRatherLongForAnyLineToHold
  | aNameThatIsRatherLongForAnyLineToHold
  | (() => void)
)[];

type A = {
  a: aNameThatIsRatherLongForAnyLineToHold;
} & aNameThatIsRatherLongForAnyLineToHold & { b: someNameOfMediumLength };

type A = someNameOfMediumLength<
  aNameThatIsRatherLongForAnyLineToHold<aNameThatIsRatherLongForAnyLineToHold>,
  B | null
>;

type A = [
  (
    | aNameThatIsRatherLongForAnyLineToHold
    | aNameThatIsRatherLongForAnyLineToHold
    | someNameOfMediumLength
  ),
  ...B,
];

type A<
  aNameThatIsRatherLongForAnyLineToHold extends someNameOfMediumLength,
  someNameOfMediumLength = aNameThatIsRatherLongForAnyLineToHold,
> = keyof (A | B);

interface A
  extends
    aNameThatIsRatherLongForAnyLineToHold,
    aNameThatIsRatherLongForAnyLineToHold,
    B {}

class A
  extends someNameOfMediumLength.aNameThatIsRatherLongForAnyLineToHold
  implements aNameThatIsRatherLongForAnyLineToHold {}

class A extends aNameThatIsRatherLongForAnyLineToHold<
  aNameThatIsRatherLongForAnyLineToHold,
  aNameThatIsRatherLongForAnyLineToHold
> {
  a;
}

class A {
  a: aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse | null =
    someNameOfMediumLength;
  aNameThatIsRatherLongForAnyLineToHold =
    aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse;
}

if (
  aNameThatIsRatherLongForAnyLineToHold &&
  aNameThatIsRatherLongForAnyLineToHold &&
  someNameOfMediumLength
) {
  return (
    aNameThatIsRatherLongForAnyLineToHold ||
    aNameThatIsRatherLongForAnyLineToHold ||
    someNameOfMediumLength
  );
} else if (!(
  aNameThatIsRatherLongForAnyLineToHold && aNameThatIsRatherLongForAnyLineToHold
)) {
} else {
  return (
    aNameThatIsRatherLongForAnyLineToHold ||
    aNameThatIsRatherLongForAnyLineToHold ||
    someNameOfMediumLength
  );
}

for (const one of all(
  aNameThatIsRatherLongForAnyLineToHold,
  aNameThatIsRatherLongForAnyLineToHold,
)) {
}

try {
} catch {}

try {
} catch (error) {
} finally {
}

this.aNameThatIsRatherLongForAnyLineToHold =
  aNameThatIsRatherLongForAnyLineToHold(
    someNameOfMediumLength,
    aNameThatIsRatherLongForAnyLineToHold,
  );

import type {
  aNameThatIsRatherLongForAnyLineToHold as aNameThatIsRatherLongForAnyLineToHold2,
  someNameOfMediumLength as someNameOfMediumLength2,
} from "./module.js";
