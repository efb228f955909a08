namespace Serverless.Tests.Support.Zips;

/// <summary>The CRC-32 of zip files, written here so that the forge judges no library by that library.</summary>
internal struct Crc32()
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Row)];

    private uint _register = uint.MaxValue;

    public readonly uint Value => ~_register;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var register = _register;
        foreach (var value in bytes)
        {
            register = Table[(byte)(register ^ value)] ^ (register >> 8);
        }

        _register = register;
    }

    private static uint Row(int index)
    {
        var row = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            row = (row & 1) != 0 ? 0xEDB88320 ^ (row >> 1) : row >> 1;
        }

        return row;
    }
}
