// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Types of all kinds, in calls, results, logs and errors.
contract Types {
    struct Point {
        int64 x;
        string label;
    }
    struct Shape {
        Point[] points;
        bytes4 kind;
        uint256[2][] pairs;
    }

    event Drawn(address indexed who, string indexed title, Point indexed origin, Shape shape, bool done);
    event Bare(uint256 indexed number) anonymous;
    event Over(uint256 a);
    event Over(address indexed a);

    error Refused(Point point, uint8 code);

    function draw(Shape calldata shape, bool done) external returns (uint256 count, Point memory first) {
        Point memory origin = Point(0, "origin");
        emit Drawn(msg.sender, "title", origin, shape, done);
        emit Bare(7);
        emit Over(1);
        emit Over(msg.sender);
        return (shape.points.length, shape.points[0]);
    }

    function over(uint256 a) external pure returns (uint256) {
        return a;
    }

    function over(bytes calldata a) external pure returns (bytes memory) {
        return a;
    }

    function refuse(Point calldata point) external pure {
        revert Refused(point, 9);
    }

    function reason(string calldata why) external pure {
        revert(why);
    }

    function divide(uint256 by) external pure returns (uint256) {
        return 1 / by;
    }
}
