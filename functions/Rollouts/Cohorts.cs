using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Serverless.Devices;

namespace Serverless.Rollouts;

/// <summary>
/// Puts devices into the cohorts of one rollout by a keyed hash: a device stays in its cohort for as long as the rollout runs, without a memory
/// of it, and is in another one in the next rollout, so that not the same devices are always first.
/// </summary>
internal sealed class Cohorts
{
    /// <summary>Cohorts are numbered 0 to 9999; each holds a hundredth of a percent of the fleet.</summary>
    public const int Count = 10_000;

    private readonly byte[] _key;
    private readonly int _firstOfControl;

    /// <param name="rollout">Whose <see cref="Rollout.Id"/> is the salt.</param>
    /// <param name="pepper">Without it nobody can tell which devices come first.</param>
    public Cohorts(Rollout rollout, Pepper pepper)
    {
        _key = HMACSHA256.HashData(pepper.Secret, Encoding.UTF8.GetBytes($"cohorts\n{rollout.Id}"));
        _firstOfControl = Count - rollout.ControlShare;
    }

    /// <summary>Whether the device is held back on the stable release until the end.</summary>
    public bool IsControl(DevicePseudonym device) => Of(device) >= _firstOfControl;

    public int Of(DevicePseudonym device)
    {
        Span<byte> name = stackalloc byte[DevicePseudonym.Length];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Encoding.ASCII.GetBytes(device.Hex, name);
        HMACSHA256.HashData(_key, name, mac);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(mac) % Count);
    }
}
