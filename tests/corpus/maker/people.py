"""People who do not exist, from a fixed seed: their numbers have valid check digits."""

import random

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ["伟", "芳", "娜", "敏", "静", "丽", "强", "军", "洋", "勇", "建国", "秀珍", "玉兰", "海燕"]
PLACES = [
    ("上蔡县", "芦岗街道", "东李村"),
    ("西平县", "柏城街道", "西王村"),
    ("平舆县", "古槐街道", "南桥村"),
    ("汝南县", "三桥镇", "赵寨村"),
    ("泌阳县", "花园街道", "大陈村"),
]
# Codes that no county of the city has any more, today's, and one from elsewhere.
PREFIXES = ["412825", "411721", "412827", "411727", "410102"]


def check_digit(seventeen):
    """The eighteenth character of GB 11643."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen))
    return "10X98765432"[total % 11]


def identity(seventeen):
    return seventeen + check_digit(seventeen)


def with_digit(prefix, wanted):
    """A number that begins so and ends with the wanted check digit."""
    for serial in range(1, 1000):
        number = identity(f"{prefix}{serial:03}")
        if number.endswith(wanted):
            return number
    raise ValueError(prefix)


def luhn(digits):
    """The digits with the check digit of ISO/IEC 7812-1 behind."""
    total = 0
    for nth, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if nth % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


class Person:
    def __init__(self, rng, nth):
        year, month, day = rng.randint(1940, 2009), rng.randint(1, 12), rng.randint(1, 28)
        self.county, self.town, self.village = PLACES[nth % len(PLACES)]
        self.name = rng.choice(FAMILY) + rng.choice(GIVEN)
        prefix = PREFIXES[nth % len(PREFIXES)]
        # The serial number counts, so that no two people are the same.
        self.id = identity(f"{prefix}{year}{month:02}{day:02}{nth % 900 + 1:03}")
        self.phone = f"138{rng.randint(0, 99999999):08}"
        self.account = luhn(f"621700{rng.randint(0, 10**12 - 1):012}")


def people(count, seed=20261124):
    rng = random.Random(seed)
    return [Person(rng, nth) for nth in range(count)]
