using System.Text;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>The text that is signed (RFC 9421, 2.5): a line for each component, and the parameters of the signature.</summary>
internal static class SignatureBase
{
    /// <param name="signature">What is signed.</param>
    /// <param name="valueOf">The value of a component, null when the message has none.</param>
    /// <returns>Null when a component has no value, or one that ASCII cannot tell.</returns>
    public static byte[]? Of(MessageSignature signature, Func<string, string?> valueOf)
    {
        var text = new StringBuilder();
        foreach (var component in signature.Components)
        {
            if (valueOf(component) is not { } value || !Ascii.IsValid(value) || value.AsSpan().ContainsAny('\r', '\n'))
            {
                return null;
            }

            text.Append('"').Append(component).Append("\": ").Append(value).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.Append("\"@signature-params\": ").Append(signature.Parameters).ToString());
    }
}
