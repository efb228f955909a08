using CsCheck;
using Serverless.Devices.Authentication.Signatures;

namespace Serverless.Tests.Unit.Devices.Authentication;

public sealed class StructuredDictionaryTests
{
    private static readonly Gen<string> Key = Gen.Select(
        Gen.Char["*abcdefghijklmnopqrstuvwxyz"], Gen.Char["*abcdefghijklmnopqrstuvwxyz0123456789_-."].Array[0, 8], (first, rest) => first + new string(rest));

    /// <summary>A value as a serialiser writes it, and what it means.</summary>
    private static readonly Gen<(string Text, BareItem Value)> Item = Gen.OneOf(
        Gen.Long[-999_999_999_999_999, 999_999_999_999_999].Select(number => ($"{number}", new BareItem(BareItemKind.Integer, $"{number}"))),
        Gen.Char[' ', '~'].Array[0, 12].Select(characters => new string(characters)).Select(text =>
            ($"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"", new BareItem(BareItemKind.String, text))),
        Gen.Byte.Array[0, 70].Select(Convert.ToBase64String).Select(base64 => ($":{base64}:", new BareItem(BareItemKind.Bytes, base64))),
        Gen.OneOf("a", "*x", "token/1", "ecdsa-p256-sha256", "W/x:y").Select(token => (token, new BareItem(BareItemKind.Token, token))),
        Gen.Const(("?0", new BareItem(BareItemKind.Boolean, BareItem.False))));

    private static readonly Gen<(string Text, FieldParameter[] Values)> Parameters = Gen.Select(Key, Item, Gen.Bool).Array[0, 3]
        .Where(parameters => parameters.DistinctBy(parameter => parameter.Item1).Count() == parameters.Length)
        .Select(parameters => (
            string.Concat(parameters.Select(parameter => parameter.Item3 ? $";{parameter.Item1}={parameter.Item2.Text}" : $";{parameter.Item1}")),
            parameters.Select(parameter => new FieldParameter(
                parameter.Item1, parameter.Item3 ? parameter.Item2.Value : new BareItem(BareItemKind.Boolean, BareItem.True))).ToArray()));

    private static readonly Gen<(string Text, BareItem[] Values)> List = Gen.Select(Item, Parameters).Array[0, 4].Select(items => (
        $"({string.Join(' ', items.Select(item => item.Item1.Text + item.Item2.Text))})", items.Select(item => item.Item1.Value).ToArray()));

    [Fact]
    public void What_a_serialiser_writes_is_read_as_it_was_meant() => Gen.Select(Key, Gen.OneOf(Item.Select(item => (item.Text, Values: new[] { item.Value }, IsList: false)), List.Select(list => (list.Text, list.Values, IsList: true))), Parameters)
        .Array[1, 4]
        .Where(members => members.DistinctBy(member => member.Item1).Count() == members.Length)
        .Sample(
            members =>
            {
                var read = StructuredDictionary.Parse(string.Join(", ", members.Select(member => $"{member.Item1}={member.Item2.Text}{member.Item3.Text}")));

                Assert.NotNull(read);
                Assert.Equal(members.Select(member => (member.Item1, member.Item2.Text + member.Item3.Text)), read.Value.Select(member => (member.Key, member.Text)));
                Assert.All(members.Zip(read.Value), pair =>
                {
                    var (written, told) = pair;
                    Assert.Equal(written.Item2.Values, told.Items?.Select(item => item.Value) ?? [told.Value!.Value]);
                    Assert.Equal(written.Item2.IsList, told.Items is not null);
                    Assert.Equal(written.Item3.Values, told.Parameters);
                });
            },
            iter: 2000);

    [Fact]
    public void Any_text_is_read_or_refused() => Gen.Char["ab=\"\\:;,() ?01-.AB+/\t\0é"].Array[0, 40].Select(characters => new string(characters))
        .Sample(text => _ = StructuredDictionary.Parse(text), iter: 20_000);

    [Theory]
    [InlineData("")]
    [InlineData(" a=1")]
    [InlineData("a=1 ")]
    [InlineData("a=1,b=2")]
    [InlineData("a=1,  b=2")]
    [InlineData("a=1, ")]
    [InlineData("a=1, a=2")]
    [InlineData("A=1")]
    [InlineData("a=")]
    [InlineData("a=?1")]
    [InlineData("a=?2")]
    [InlineData("a=01")]
    [InlineData("a=-0")]
    [InlineData("a=1.5")]
    [InlineData("a=1234567890123456")]
    [InlineData("a=\"x")]
    [InlineData("a=\"\\x\"")]
    [InlineData("a=\"é\"")]
    [InlineData("a=:AA:")]
    [InlineData("a=:AB==:")]
    [InlineData("a=:AA==")]
    [InlineData("a=: AA==:")]
    [InlineData("a=( \"x\")")]
    [InlineData("a=(\"x\" )")]
    [InlineData("a=(\"x\"  \"y\")")]
    [InlineData("a=(\"x\"")]
    [InlineData("a=(\"x\"\"y\")")]
    [InlineData("a=1; b")]
    [InlineData("a=1;b;b")]
    [InlineData("a=1;b=?1")]
    [InlineData("a=1;")]
    public void Every_other_spelling_is_refused(string text) => Assert.Null(StructuredDictionary.Parse(text));

    [Fact]
    public void What_is_too_long_is_refused() => Assert.Null(StructuredDictionary.Parse($"a=\"{new string('x', StructuredDictionary.MaxLength)}\""));
}
