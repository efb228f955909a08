using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>Some attributes of one object. What the object lacks, or the token does not tell, is null.</summary>
internal sealed class Pkcs11Attributes : IDisposable
{
    private readonly Dictionary<CKA, IObjectAttribute> _attributes;

    private Pkcs11Attributes(Dictionary<CKA, IObjectAttribute> attributes) => _attributes = attributes;

    public static Pkcs11Attributes Read(ISession session, IObjectHandle of, params CKA[] names) =>
        new(names.Zip(session.GetAttributeValue(of, [.. names])).ToDictionary(pair => pair.First, pair => pair.Second));

    public bool? Flag(CKA name) => IsKnown(name) ? _attributes[name].GetValueAsBool() : null;

    public ulong? Number(CKA name) => IsKnown(name) ? _attributes[name].GetValueAsUlong() : null;

    public byte[]? Bytes(CKA name) => IsKnown(name) && _attributes[name].GetValueAsByteArray() is { Length: > 0 } bytes ? bytes : null;

    public void Dispose()
    {
        foreach (var attribute in _attributes.Values)
        {
            attribute.Dispose();
        }
    }

    private bool IsKnown(CKA name) => !_attributes[name].CannotBeRead;
}
